/// How many transitions become durable in a second.
///
/// ```
/// 256 callers ──> JobStore.commit ──> one writer, many transitions per flush     (subject)
/// 1 loop      ──> the same statements, one transaction and one flush for each    (floor)
/// ```
///
/// Invariant: both sides write the same rows of the same tables through the same kind of
/// connection.
@NullMarked
package torpor.bench.transitions;

import org.jspecify.annotations.NullMarked;
