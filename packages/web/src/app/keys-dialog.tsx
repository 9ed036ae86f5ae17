import { Dialog } from '@/components/ui/dialog.tsx';

const GROUPS: { title: string; keys: [string[], string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      [['/'], 'Search assets'],
      [['?'], 'Show these keys'],
    ],
  },
  {
    title: 'Assets',
    keys: [
      [['←', '→', '↑', '↓'], 'Move'],
      [['Home', 'End'], 'First and last'],
      [['Page Up', 'Page Down'], 'A screen up or down'],
      [['Enter'], 'Open'],
      [['Space'], 'Select'],
      [['Shift', 'Space'], 'Select up to here'],
      [['Ctrl', 'A'], 'Select all'],
      [['Esc'], 'Clear the selection'],
    ],
  },
  {
    title: 'One asset',
    keys: [
      [['←', '→'], 'Previous and next'],
      [['Esc'], 'Back to the list'],
    ],
  },
  { title: 'Image', keys: [[['Z'], 'Actual size, or fit']] },
  {
    title: 'Video',
    keys: [
      [['Space', 'K'], 'Play or pause'],
      [[',', '.'], 'A frame back or forward'],
      [['<', '>'], 'Ten frames back or forward'],
      [['J', 'L'], 'Ten seconds back or forward'],
      [['O'], 'Play it over and over'],
    ],
  },
  {
    title: 'DICOM',
    keys: [
      [['↑', '↓'], 'Previous and next picture'],
      [['Home', 'End'], 'First and last picture'],
      [['W', 'M', 'Z'], 'Drag to set the window, to move, to zoom'],
      [['L', 'A', 'E'], 'Measure a length, an angle, an ellipse'],
      [['1', '2', '3', '4', '5'], 'Windows for soft tissue, lung, liver, bone, brain'],
      [['I', 'H', 'R'], 'Invert, mirror, turn'],
      [['0'], 'As at the beginning'],
    ],
  },
  {
    title: 'NIfTI',
    keys: [
      [['↑', '↓'], 'A slice up or down'],
      [['Page Up', 'Page Down'], 'A slice to the front or back'],
      [['A', 'C', 'S'], 'Only the axial, coronal or sagittal plane'],
      [['V', 'R'], 'All planes, or the volume in space'],
      [[',', '.'], 'Previous and next volume of a series'],
    ],
  },
  {
    title: 'PDF',
    keys: [
      [['P', 'N'], 'Previous and next page'],
      [['-', '+'], 'Smaller and larger'],
      [['0'], 'Fit the width'],
      [['R'], 'Turn'],
      [['Ctrl', 'F'], 'Search'],
      [['Enter', 'Shift Enter'], 'Next and previous match'],
    ],
  },
];

export function KeysDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys">
      <div className="grid gap-5">
        {GROUPS.map(({ title, keys }) => (
          <section key={title} className="grid gap-1">
            <h3 className="text-sm font-semibold">{title}</h3>
            <dl>
              {keys.map(([names, what]) => (
                <div
                  key={what}
                  className="flex items-center justify-between gap-4 border-b py-1.5 last:border-b-0"
                >
                  <dt>{what}</dt>
                  <dd className="flex gap-1">
                    {names.map(name => (
                      <Key key={name}>{name}</Key>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

export const Key = ({ children }: { children: string }) => (
  <kbd className="min-w-6 rounded-sm border bg-sunken px-1.5 text-center font-sans text-xs leading-5 text-muted">
    {children}
  </kbd>
);
