/** Of one page. https://learn.microsoft.com/rest/api/storageservices/list-blobs */
export const MOST_ENTRIES = 5000;
