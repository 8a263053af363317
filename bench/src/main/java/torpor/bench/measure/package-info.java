/// How a figure is taken so that it can be believed.
///
/// ```
/// A B B A A B B A …      subject and floor take turns, so that a slow minute of the host hits both
///  └┬┘ └┬┘               each pair gives one ratio; the median counts, with a bootstrap interval
/// ```
///
/// Invariant: a bar counts as met only where the whole interval is on its good side.
@NullMarked
package torpor.bench.measure;

import org.jspecify.annotations.NullMarked;
