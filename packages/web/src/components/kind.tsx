import type { AssetKind } from '@mooring/contract';
import {
  AudioLines,
  Brain,
  File,
  FileText,
  Film,
  Image,
  type LucideIcon,
  ScanLine,
  Text,
} from 'lucide-react';

interface Look {
  icon: LucideIcon;
  /** One of them, and the kind as a filter. */
  one: string;
  many: string;
}

export const KINDS: Record<AssetKind, Look> = {
  image: { icon: Image, one: 'Image', many: 'Images' },
  video: { icon: Film, one: 'Video', many: 'Videos' },
  audio: { icon: AudioLines, one: 'Audio', many: 'Audio' },
  pdf: { icon: FileText, one: 'PDF', many: 'PDFs' },
  dicom: { icon: ScanLine, one: 'DICOM', many: 'DICOM' },
  nifti: { icon: Brain, one: 'NIfTI', many: 'NIfTI' },
  text: { icon: Text, one: 'Text', many: 'Text' },
  other: { icon: File, one: 'Other', many: 'Other' },
};
