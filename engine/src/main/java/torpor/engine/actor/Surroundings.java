package torpor.engine.actor;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import torpor.core.job.JobId;
import torpor.engine.clock.Alarms;
import torpor.engine.clock.Chance;
import torpor.engine.definition.DefinitionShelf;
import torpor.engine.effect.Acting;
import torpor.engine.store.JobStore;

/// What every actor needs; one object shared by all.
///
/// @param post puts mail into the mailbox of a job, bringing the job back in where it has gone out
/// @param durable told after every commit of any job
record Surroundings(
    JobStore store,
    DefinitionShelf definitions,
    Acting acting,
    DurableListener durable,
    InstantSource clock,
    Alarms alarms,
    Chance chance,
    Executor threads,
    BiConsumer<JobId, Mail> post,
    StoreHealth health) {}
