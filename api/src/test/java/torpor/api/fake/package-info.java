/// Small engines in memory that behave as the interfaces say, for testing the server alone.
@NullMarked
package torpor.api.fake;

import org.jspecify.annotations.NullMarked;
