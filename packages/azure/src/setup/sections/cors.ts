import { CORS_LIMITS, type CorsRule, corsRuleFor } from '../cors.ts';
import { psAccountLines, psBlock, psRewriteCorsLines } from '../powershell.ts';
import { azOption, bicep, hcl, jmes, ps, sh, shown } from '../quote.ts';
import type { SetupSection, SetupSettings } from '../schema.ts';
import { API_VERSION, accountIdLine, belowAccount, rewriteCorsLines, shellBlock } from '../shell.ts';
import { lines, textsOf } from '../texts.ts';

const FULL = `The account already has ${CORS_LIMITS.rules} CORS rules, and it can have at most ${CORS_LIMITS.rules}. Remove one that is not needed, or join two.`;

/** Lets pages load from the storage, beside those that may already. */
export function corsSection(settings: SetupSettings): SetupSection | null {
  if (settings.origins.length === 0) return null;
  const rule = corsRuleFor(settings.origins);
  return {
    id: 'cors',
    title: 'Let browsers load from the storage',
    why: `Pages of ${settings.origins.map(origin => `\`${shown(origin)}\``).join(', ')} may read what they have a signed URL for. The rule opens nothing by itself. Azure replaces all CORS rules of the account at once, and uses the first one that matches. So the commands read the existing rules first and keep them, after this one. An account can have at most ${CORS_LIMITS.rules} rules.`,
    texts: textsOf({
      az: shellBlock([
        accountIdLine(settings),
        `RULES=$(az rest --method get --url=${belowAccount(`/blobServices/default?api-version=${API_VERSION}`)} \\\n    ${azOption('query', `length(${othersQuery(rule)})`)} --output tsv)`,
        `if [ "$RULES" -ge ${CORS_LIMITS.rules} ]; then echo ${sh(FULL)} >&2; exit 1; fi`,
        ...rewriteCorsLines(`[${jmes(rule)}, ${othersQuery(rule)}][]`),
      ]),
      powershell: psBlock([
        ...psAccountLines(settings),
        ...psRewriteCorsLines([
          `$rule = ${ps(JSON.stringify(rule))} | ConvertFrom-Json`,
          ...psOthersLines,
          `if ($others.Count -ge ${CORS_LIMITS.rules}) { throw ${ps(FULL)} }`,
          '$rules = @($rule) + $others',
        ]),
      ]),
      bicep: bicepRule(rule, settings),
      terraform: terraformRule(rule),
      portal: [
        `In the storage account \`${shown(settings.location.account)}\` open “Resource sharing (CORS)”, “Blob service”. Keep the rows that are there.`,
        `Add a row: allowed origins \`${shown(settings.origins.join(','))}\` without a slash at the end, allowed methods ${rule.allowedMethods.join(' and ')}, allowed headers \`${rule.allowedHeaders.join(',')}\`, exposed headers \`${rule.exposedHeaders.join(',')}\`, max age ${rule.maxAgeInSeconds}.`,
        'Where a row above has the same origin or `*`, move this one before it: Azure uses the first that matches.',
        'Press “Save”.',
      ],
    }),
  };
}

/** A query for the rules that are not ours: those with other origins or methods. */
export const othersQuery = ({ allowedOrigins, allowedMethods }: CorsRule): string =>
  `(properties.cors.corsRules || ${jmes([])})[?allowedOrigins != ${jmes(allowedOrigins)} || allowedMethods != ${jmes(allowedMethods)}]`;

/** Makes `$others` of `$existing` and `$rule`. */
export const psOthersLines = [
  '$key = { param($it) ($it.allowedOrigins -join " ") + "`n" + ($it.allowedMethods -join " ") }',
  '$others = @($existing | Where-Object { (& $key $_) -ne (& $key $rule) })',
];

const listOf = (values: readonly string[], quote: (text: string) => string): string =>
  `[${values.map(quote).join(', ')}]`;

function bicepRule(rule: CorsRule, { location }: SetupSettings): string {
  return lines(
    '// A template replaces all rules. Print the rules that exist, and pass them as a parameter:',
    `//   az storage account blob-service-properties show ${shown(azOption('account-name', location.account))} --query cors.corsRules`,
    "//   az deployment group create … --parameters existingCorsRules='[…]'",
    "@description('The CORS rules that the account has now')",
    `@maxLength(${CORS_LIMITS.rules})`,
    'param existingCorsRules array',
    '',
    `resource mooringCors 'Microsoft.Storage/storageAccounts/blobServices@${API_VERSION}' = {`,
    '  parent: account',
    "  name: 'default'",
    '  properties: {',
    '    cors: {',
    '      corsRules: union([',
    '        {',
    `          allowedOrigins: ${listOf(rule.allowedOrigins, bicep)}`,
    `          allowedMethods: ${listOf(rule.allowedMethods, bicep)}`,
    `          allowedHeaders: ${listOf(rule.allowedHeaders, bicep)}`,
    `          exposedHeaders: ${listOf(rule.exposedHeaders, bicep)}`,
    `          maxAgeInSeconds: ${rule.maxAgeInSeconds}`,
    '        }',
    '      ], existingCorsRules)',
    '    }',
    '  }',
    '}',
  );
}

function terraformRule(rule: CorsRule): string {
  return lines(
    '# Where Terraform manages the account itself, add the rule to its blob_properties instead: otherwise each undoes the other.',
    'data "azapi_resource" "mooring_blob_service" {',
    `  type                   = "Microsoft.Storage/storageAccounts/blobServices@${API_VERSION}"`,
    '  resource_id            = "${local.account_id}/blobServices/default"',
    '  response_export_values = ["properties.cors.corsRules"]',
    '}',
    'locals {',
    '  mooring_cors_rule = {',
    `    allowedOrigins  = ${listOf(rule.allowedOrigins, hcl)}`,
    `    allowedMethods  = ${listOf(rule.allowedMethods, hcl)}`,
    `    allowedHeaders  = ${listOf(rule.allowedHeaders, hcl)}`,
    `    exposedHeaders  = ${listOf(rule.exposedHeaders, hcl)}`,
    `    maxAgeInSeconds = ${rule.maxAgeInSeconds}`,
    '  }',
    '  other_cors_rules = [',
    '    for rule in try(data.azapi_resource.mooring_blob_service.output.properties.cors.corsRules, []) : rule',
    '    if join(" ", rule.allowedOrigins) != join(" ", local.mooring_cors_rule.allowedOrigins)',
    '    || join(" ", rule.allowedMethods) != join(" ", local.mooring_cors_rule.allowedMethods)',
    '  ]',
    '}',
    'resource "azapi_update_resource" "mooring_cors" {',
    `  type        = "Microsoft.Storage/storageAccounts/blobServices@${API_VERSION}"`,
    '  resource_id = "${local.account_id}/blobServices/default"',
    '  body = {',
    '    properties = { cors = { corsRules = concat([local.mooring_cors_rule], local.other_cors_rules) } }',
    '  }',
    '  lifecycle {',
    '    precondition {',
    `      condition     = length(local.other_cors_rules) < ${CORS_LIMITS.rules}`,
    `      error_message = ${hcl(FULL)}`,
    '    }',
    '  }',
    '}',
  );
}
