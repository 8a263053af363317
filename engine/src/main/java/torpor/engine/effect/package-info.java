/// Acting: carries out what was committed, and reports back as events. Effects of one job run one
/// after another, except that a kill overtakes.
///
/// ```
/// EffectRunner   one lane per job; kills, releases and tidying itself
///   Births       a place, the console's line, start or restore; the host's troubles are waited out
///   Freezing     stage, snapshot, publish; the machine goes on whatever fails
/// LiveMachines   what this daemon has running, to be ended where the lease runs out
/// Deadlines      the bound on every wait
/// Retries        what failed is tried again, so many times or until it works
/// Failures       what failed, as a refusal
/// ```
///
/// Invariants: an effect is begun only after the commit that asks for it; each ends in an event or
/// in nothing that is owed one, at the latest by its deadline; what comes up too late is killed.
@NullMarked
package torpor.engine.effect;

import org.jspecify.annotations.NullMarked;
