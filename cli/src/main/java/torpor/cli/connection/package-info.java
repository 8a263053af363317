/// The way to the daemon: where it listens, requests and their answers, and streams of events.
///
/// Invariant: a request that changes something carries an `Idempotency-Key`, and is repeated with
/// the same key when the connection breaks, so that repeating is always safe.
@NullMarked
package torpor.cli.connection;

import org.jspecify.annotations.NullMarked;
