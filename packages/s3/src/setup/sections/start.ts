import { hcl, shown } from '@mooring/storage';
import { isAmazon } from '../../services.ts';
import type { SetupSection, SetupSettings } from '../schema.ts';
import { lines } from '../shell.ts';
import { textsOf } from '../texts.ts';

/** What comes before everything else; nothing where the storage has no templates and no accounts of Amazon's. */
export function startSection({ location }: SetupSettings): SetupSection | null {
  if (!isAmazon(location.endpoint)) return null;
  const bucket = `\`${shown(location.container)}\``;
  const who = 'aws sts get-caller-identity';
  return {
    id: 'start',
    title: 'Sign in',
    why: `You need the right to make roles or users in IAM, and to change the settings of the bucket ${bucket}.`,
    texts: textsOf({
      aws: who,
      cloudformation: lines('AWSTemplateFormatVersion: "2010-09-09"', 'Resources:'),
      terraform: lines(
        'terraform {',
        '  required_providers {',
        '    aws = { source = "hashicorp/aws", version = ">= 5.0" }',
        '  }',
        '}',
        'provider "aws" {',
        ...(location.region === '' ? [] : [`  region = ${hcl(location.region)}`]),
        '}',
      ),
      console: [`Sign in to the AWS console with the account that owns the bucket ${bucket}.`],
    }),
  };
}
