/** A text that begins like a formula would be run by spreadsheets: https://owasp.org/www-community/attacks/CSV_Injection */
export const disarmed = (text: string): string => text.replace(/^[=+\-@\t\r]/, "'$&");
