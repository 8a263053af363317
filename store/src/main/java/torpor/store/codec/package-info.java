/// What a value looks like as a row: pure functions both ways, no database in sight.
///
/// The invariant is the round trip: what is decoded equals what was encoded, down to the
/// microsecond. Nothing finer than a microsecond is kept; it is cut off, never rounded up, so that
/// a stored moment is never later than the real one.
///
/// ```
/// Job         <-> JobRow (columns of `jobs`) + body (JSON with one-letter keys)
/// JobId       <-> 16 bytes, ordered as the ids are
/// Definition  <-> columns of `definitions`
/// Instance    <-> columns of `instances` + body (JSON)
/// Volume      <-> columns of `volumes` + body (JSON)
/// Wake, RetryPolicy, Map of text <-> JSON
/// ```
@NullMarked
package torpor.store.codec;

import org.jspecify.annotations.NullMarked;
