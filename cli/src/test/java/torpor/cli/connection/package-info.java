/// Tests of `torpor.cli.connection`.
@NullMarked
package torpor.cli.connection;

import org.jspecify.annotations.NullMarked;
