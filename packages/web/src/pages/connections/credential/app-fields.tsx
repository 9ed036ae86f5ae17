import { CertificateField } from './certificate-field.tsx';
import { type CredentialFieldsProps, TextField } from './text-field.tsx';

const STORED = 'One is stored. Enter another to replace it.';

/** An app registration of the customer's own, however it signs in. */
export function AppFields({ isStored, ...props }: CredentialFieldsProps & { isStored: boolean }) {
  const { kind } = props.value;
  return (
    <>
      <TextField
        {...props}
        name="tenantId"
        label="Tenant id"
        hint="“Directory (tenant) ID” on the app’s overview."
      />
      <TextField
        {...props}
        name="clientId"
        label="Client id"
        hint="“Application (client) ID” on the app’s overview."
      />
      {kind === 'azure-app' && (
        <TextField
          {...props}
          name="clientSecret"
          label="Client secret"
          secret="the client secret"
          placeholder={isStored ? '••••••••' : undefined}
          hint={isStored ? STORED : 'Its value. It is stored encrypted and never shown again.'}
        />
      )}
      {kind === 'azure-app-certificate' && <CertificateField {...props} stored={isStored ? STORED : null} />}
    </>
  );
}
