/// `torpor definition`: adding, listing and removing descriptions of jobs, from files or flags.
@NullMarked
package torpor.cli.definition;

import org.jspecify.annotations.NullMarked;
