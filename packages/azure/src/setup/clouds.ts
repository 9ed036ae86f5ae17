/** One of Azure's clouds, and what each tool calls it. */
export interface Cloud {
  azCli: string;
  powershell: string;
  terraform: string;
  portal: string;
}

const PUBLIC: Cloud = {
  azCli: 'AzureCloud',
  powershell: 'AzureCloud',
  terraform: 'public',
  portal: 'https://portal.azure.com',
};
const US_GOVERNMENT: Cloud = {
  azCli: 'AzureUSGovernment',
  powershell: 'AzureUSGovernment',
  terraform: 'usgovernment',
  portal: 'https://portal.azure.us',
};
const CHINA: Cloud = {
  azCli: 'AzureChinaCloud',
  powershell: 'AzureChinaCloud',
  terraform: 'china',
  portal: 'https://portal.azure.cn',
};

/** The cloud that an endpoint is in: custom and private endpoints, which do not say, count as public. */
export function cloudOf(endpoint: string): Cloud {
  const host = URL.parse(endpoint)?.hostname ?? '';
  if (host.endsWith('.usgovcloudapi.net')) return US_GOVERNMENT;
  if (host.endsWith('.chinacloudapi.cn')) return CHINA;
  return PUBLIC;
}

export const isPublicCloud = (cloud: Cloud): boolean => cloud === PUBLIC;
