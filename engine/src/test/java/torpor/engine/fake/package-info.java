/// The surroundings of one engine class in a test: time that passes when told to, threads that run
/// when told to, a store that answers what the test says.
@NullMarked
package torpor.engine.fake;

import org.jspecify.annotations.NullMarked;
