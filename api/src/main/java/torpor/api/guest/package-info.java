/// The API of the program inside a job: `/jobs/{id}/…` with the job's secret as a bearer token, or
/// `/s/{secret}/jobs/{id}/…` for programs that send no header.
///
/// A program may repeat any call with the same body: the engine joins a checkpoint in progress and
/// answers a durable one at once. Every answer carries `Torpor-Generation`, `Torpor-Restored-From`
/// (where this life began with a restore) and `Torpor-Now`.
@NullMarked
package torpor.api.guest;

import org.jspecify.annotations.NullMarked;
