/// The JSON that server and client exchange.
///
/// One record per body, named for what it is: a `…Request` is sent, everything else is answered.
/// Component names become snake_case; an instant is RFC 3339 in UTC; a duration is Go style
/// ([Durations]); JSON that is somebody else's passes through untouched ([RawJson]). In answers
/// every field is present, `null` where there is nothing to say, so a reader never has to guess
/// whether it looks at an older server. The few exceptions are marked on the component.
///
/// Reading is strict ([WireJson#reader]) for requests, so that a misspelt field is an error and not
/// a setting silently ignored, and lenient ([WireJson#mapper]) for answers, so that a newer server
/// can say more.
///
/// ```
///   CLI, guests ── …Request ──→ WireJson ──→ API ──→ engine
///   CLI, guests ←── Job, Problem, … ── WireJson ←── API
/// ```
///
/// Depends on Jackson alone and knows nothing of the engine: what a value means is decided there.
@NullMarked
package torpor.wire;

import org.jspecify.annotations.NullMarked;
