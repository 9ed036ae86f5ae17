export { type CorsMerge, type CorsRule, corsRuleFor, mergeCorsRules, originProblem } from './cors.ts';
export { corsSnippets } from './cors-fix.ts';
export { type AzureSetupDocument, generateSetup } from './generate.ts';
export { OWNER_METADATA } from './owner-mark.ts';
export { azOption, sh } from './quote.ts';
export {
  SETUP_FORMATS,
  type SetupFormat as AzureSetupFormat,
  type SetupIdentity,
  type SetupRequest as AzureSetupRequest,
  setupRequest as azureSetupRequest,
} from './schema.ts';
