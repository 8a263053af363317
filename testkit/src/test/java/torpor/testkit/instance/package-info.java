/// The engine of hand-driven instances over fakes: what no host is needed for to show.
@NullMarked
package torpor.testkit.instance;

import org.jspecify.annotations.NullMarked;
