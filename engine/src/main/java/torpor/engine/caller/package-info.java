/// What people and programs outside may ask of the engine; the HTTP caller API calls these
/// interfaces and nothing else. Every method works the same on a job that is in memory and on one
/// that is only a row.
@NullMarked
package torpor.engine.caller;

import org.jspecify.annotations.NullMarked;
