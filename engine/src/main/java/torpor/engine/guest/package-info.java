/// What a program inside a machine may ask of the engine; the HTTP guest API and in-process
/// runtimes call the same interface.
@NullMarked
package torpor.engine.guest;

import org.jspecify.annotations.NullMarked;
