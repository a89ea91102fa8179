// Milliseconds in which something has to come: as long as the test waits that started the script, but for a last word.
export const PATIENCE = 100_000;
