/// Tests of `torpor.cli.output`.
@NullMarked
package torpor.cli.output;

import org.jspecify.annotations.NullMarked;
