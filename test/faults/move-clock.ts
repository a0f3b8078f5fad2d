// Loaded before the gateway into its process: SIGUSR2 moves the clock on the wall by MOVE_CLOCK ms, as an administrator would.

const now = Date.now.bind(Date);
let moved = 0;
Date.now = () => now() + moved;
process.on('SIGUSR2', () => {
  moved += Number(process.env['MOVE_CLOCK']);
  process.stderr.write(`the clock says ${new Date(Date.now()).toISOString()}\n`);
});
