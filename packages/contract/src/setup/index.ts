export { type CorsMerge, type CorsRule, corsRuleFor, mergeCorsRules, originProblem } from './cors.ts';
export { generateSetup, joinSetup } from './generate.ts';
export { OWNER_METADATA } from './owner-mark.ts';
export { azOption, sh } from './quote.ts';
export {
  isSetupToken,
  SETUP_FORMATS,
  SETUP_SECTIONS,
  SETUP_TOKEN_PREFIX,
  type SetupDocument,
  type SetupFormat,
  type SetupIdentity,
  type SetupLink,
  type SetupRequest,
  type SetupSection,
  type SetupSectionId,
  type SetupText,
  type SharedSetup,
  setupDocument,
  setupLink,
  setupRequest,
  setupUrl,
  sharedSetup,
} from './schema.ts';
