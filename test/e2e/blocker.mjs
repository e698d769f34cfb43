// Loaded into a server before its own code: from one SIGUSR2 until the next, each turn of its event loop takes 0.6 s.
let blocking = false;

function block() {
  const end = performance.now() + 600;
  while (performance.now() < end);
  if (blocking) setTimeout(block, 1);
}

process.on('SIGUSR2', () => {
  blocking = !blocking;
  if (blocking) block();
});
