// The time of the service, as well as this browser can know it. What the service has said of its time is
// carried on by the clock that nobody sets; the tablet's own may be wrong by years, or be set right
// in the middle of a network cut.
const DRIFT = "xenia-till-clock"; // by how many milliseconds the service was ahead of the tablet's clock
const ASLEEP = 60_000; // milliseconds
let heard = null;

// The service has said that it was `text` when this browser's `performance.now()` was `at`.
export function hear(text, at = performance.now()) {
  const service = Date.parse(text ?? "");
  if (Number.isNaN(service)) return;
  heard = { service, at, wall: Date.now() - (performance.now() - at) };
  try {
    localStorage.setItem(DRIFT, String(Math.round(service - heard.wall)));
  } catch {
    // It is known as long as the page is there.
  }
}
// A page brings the time at which it was drawn; one that was kept by the worker has none.
export function hearPage(text) {
  const [entry] = performance.getEntriesByType("navigation");
  hear(text, entry?.responseStart || performance.now());
}
// Milliseconds since 1970, and by how many they are ahead of the tablet's clock: null where that was
// not asked. With that what has waited is set right as it is sent, as far as the tablet's was wrong.
export function now() {
  const wall = Date.now();
  if (heard === null) {
    const drift = kept();
    return { at: wall + drift, ahead: drift };
  }
  const passed = performance.now() - heard.at;
  // The clock that nobody sets stands still while a tablet sleeps.
  const asleep = wall - heard.wall - passed > ASLEEP;
  if (!asleep) return { at: heard.service + passed, ahead: null };
  return { at: heard.service + (wall - heard.wall), ahead: heard.service - heard.wall };
}
function kept() {
  try {
    return Number(localStorage.getItem(DRIFT)) || 0;
  } catch {
    return 0;
  }
}
// As the service writes it, to the second.
export const written = (milliseconds) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
