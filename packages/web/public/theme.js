// Runs before the first paint, so that a chosen theme does not flash. Kept in a file: the page's
// content-security policy allows no inline script. The key is the one of src/app/theme.ts.
try {
  const theme = localStorage.getItem('mooring.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme it is.
}
