/// Places: how many machines this node runs at once. First come, first served; a job that sleeps or
/// has ended holds none.
@NullMarked
package torpor.engine.place;

import org.jspecify.annotations.NullMarked;
