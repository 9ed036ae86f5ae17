import { azOption, bicep, hcl, ps, shown } from '../quote.ts';
import type { SetupIdentity } from '../schema.ts';
import { continued } from '../shell.ts';

// How an app registration is to sign in, in each format.

type Credential = Extract<SetupIdentity, { kind: 'app' }>['credential'];
type Federated = Extract<Credential, { kind: 'federated' }>;

export const CREDENTIAL_WHY = {
  secret: 'It signs in with a secret that is valid for a year and shown once.',
  certificate:
    'It signs in with a certificate that is valid for a year, whose private key you hand to Mooring.',
  federated:
    'It signs in with the workload identity of this Mooring: there is no secret that could leak or expire.',
} as const;
const FEDERATION_NAME = 'mooring';

/** @param id the option `--id` of the app, with its value */
export function azCredential(id: string, credential: Credential): string[] {
  switch (credential?.kind) {
    case undefined:
      return [];
    case 'secret':
      return [
        continued(
          `az ad app credential reset ${id} --append --years 1 --display-name mooring`,
          azOption('query', '{tenantId: tenant, clientId: appId, clientSecret: password}'),
        ),
      ];
    case 'certificate':
      return [
        continued(
          `az ad app credential reset ${id} --append --years 1 --create-cert`,
          azOption('query', '{tenantId: tenant, clientId: appId, pemFile: fileWithCertAndPrivateKey}'),
        ),
      ];
    case 'federated':
      return [
        continued(
          `az ad app federated-credential create ${id}`,
          `${azOption('parameters', JSON.stringify(federation(credential)))}`,
          '--output none',
        ),
      ];
  }
}

const federation = ({ federation: { issuer, subject, audience } }: Federated) => ({
  name: FEDERATION_NAME,
  issuer,
  subject,
  audiences: [audience],
});

/** @param app an expression of PowerShell */
export function psCredential(app: string, credential: Credential): string[] {
  switch (credential?.kind) {
    case undefined:
      return [];
    case 'secret':
      return [
        `New-AzADAppCredential -ApplicationId ${app} -EndDate (Get-Date).AddYears(1) | Select-Object -Property @('SecretText', 'EndDateTime')`,
      ];
    case 'certificate':
      return [
        "$certificate = New-SelfSignedCertificate -Subject 'CN=Mooring' -CertStoreLocation 'Cert:\\CurrentUser\\My' -KeyExportPolicy Exportable -NotAfter (Get-Date).AddYears(1)",
        `New-AzADAppCredential -ApplicationId ${app} -CertValue ([Convert]::ToBase64String($certificate.RawData)) -EndDate $certificate.NotAfter | Out-Null`,
        '$key = [System.Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($certificate)',
        "@($certificate.ExportCertificatePem(), $key.ExportPkcs8PrivateKeyPem()) | Set-Content -Path 'mooring.pem'",
      ];
    case 'federated': {
      const { name, issuer, subject, audiences } = federation(credential);
      return [
        `$object = (Get-AzADApplication -ApplicationId ${app}).Id`,
        `New-AzADAppFederatedCredential -ApplicationObjectId $object -Name ${ps(name)} -Issuer ${ps(issuer)} -Subject ${ps(subject)} -Audience ${ps(audiences[0]!)} | Out-Null`,
      ];
    }
  }
}

export const bicepFederation = (credential: Federated): string[] => {
  const { name, issuer, subject, audiences } = federation(credential);
  return [
    "resource mooringFederation 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = {",
    `  name: '\${mooringApp.uniqueName}/${name}'`,
    `  issuer: ${bicep(issuer)}`,
    `  subject: ${bicep(subject)}`,
    `  audiences: [${audiences.map(bicep).join(', ')}]`,
    '}',
  ];
};

/** A template keeps what it makes in the history of deployments, so no secret is made there. */
export const bicepCredential = (id: string, credential: Credential): string[] =>
  credential === null
    ? []
    : [
        '// A template cannot make its credential. Afterwards, in a shell:',
        ...azCredential(id, credential)
          .join('\n')
          .split(/\r\n|[\n\r\u2028\u2029]/)
          .map(line => `//   ${line}`),
      ];

/** @param application an expression for the application's id */
export function terraformCredential(application: string, credential: Credential): string[] {
  switch (credential?.kind) {
    case undefined:
      return [];
    case 'secret':
      return [
        '# The state holds the secret: keep it where only administrators can read it.',
        'resource "azuread_application_password" "mooring" {',
        `  application_id = ${application}`,
        '  display_name   = "mooring"',
        '}',
        'output "client_secret" {',
        '  value     = azuread_application_password.mooring.value',
        '  sensitive = true',
        '}',
      ];
    case 'certificate':
      return [
        '# Beforehand: openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=Mooring -keyout mooring.key -out mooring.crt',
        'resource "azuread_application_certificate" "mooring" {',
        `  application_id = ${application}`,
        '  type           = "AsymmetricX509Cert"',
        '  value          = file("mooring.crt")',
        '}',
      ];
    case 'federated': {
      const { name, issuer, subject, audiences } = federation(credential);
      return [
        'resource "azuread_application_federated_identity_credential" "mooring" {',
        `  application_id = ${application}`,
        `  display_name   = ${hcl(name)}`,
        `  issuer         = ${hcl(issuer)}`,
        `  subject        = ${hcl(subject)}`,
        `  audiences      = [${audiences.map(hcl).join(', ')}]`,
        '}',
      ];
    }
  }
}

export function portalCredential(credential: Credential): string[] {
  switch (credential?.kind) {
    case undefined:
      return [];
    case 'secret':
      return [
        'Under “Certificates & secrets” make a new client secret and copy its value: it is shown once.',
      ];
    case 'certificate':
      return [
        'Make a certificate, for instance with `openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=Mooring -keyout mooring.key -out mooring.crt`.',
        'Under “Certificates & secrets”, “Certificates”, upload `mooring.crt`. Mooring takes both files, one after the other, as one text.',
      ];
    case 'federated': {
      const { name, issuer, subject, audiences } = federation(credential);
      return [
        'Under “Certificates & secrets”, “Federated credentials”, add one of the kind “Other issuer”.',
        `Issuer \`${shown(issuer)}\`, subject identifier \`${shown(subject)}\`, name \`${name}\`, audience \`${shown(audiences[0]!)}\`.`,
      ];
    }
  }
}
