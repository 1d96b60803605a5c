// Runs before the page is drawn, so that a chosen theme never flashes. Everything else waits.
try {
  const theme = localStorage.getItem("ldn-graph-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  /* storage is off: the system's theme it is */
}
