/// Java processes of our own, to be measured and killed.
///
/// ```
/// ChildJvm.start(main class, arguments) ──> awaits a line on its stderr or stdout ──> kill -9 or stop
/// ```
///
/// Invariant: no child outlives the object that stands for it.
@NullMarked
package torpor.bench.process;

import org.jspecify.annotations.NullMarked;
