import type { AssetKind } from '@mooring/contract';
import {
  AudioLines,
  Box,
  Brain,
  ChartScatter,
  File,
  FileText,
  Film,
  Grid3x3,
  Image,
  type LucideIcon,
  ScanLine,
  Sheet,
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
  table: { icon: Sheet, one: 'Table', many: 'Tables' },
  points: { icon: ChartScatter, one: 'Point cloud', many: 'Point clouds' },
  mesh: { icon: Box, one: 'Mesh', many: 'Meshes' },
  array: { icon: Grid3x3, one: 'Array', many: 'Arrays' },
  other: { icon: File, one: 'Other', many: 'Other' },
};
