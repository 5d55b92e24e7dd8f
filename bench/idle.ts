// Stays alive, and does nothing.
setInterval(() => {}, 1_000_000);
