/// The engine against the simulated world: chance, every crash point, and faults that must be
/// found.
@NullMarked
package torpor.testkit.sim;

import org.jspecify.annotations.NullMarked;
