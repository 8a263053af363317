package torpor.engine.definition;

import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import torpor.core.definition.Definition;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.core.definition.JsonText;
import torpor.core.machine.RuntimeName;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.Definitions;
import torpor.engine.machine.MachineRuntime;
import torpor.engine.machine.SilentRuntime;
import torpor.engine.store.JobStore;
import torpor.engine.store.NewDefinition;

/// The definitions and the runtimes. Definitions never change, so each is read once.
public final class DefinitionShelf implements Definitions {
  private final JobStore store;
  private final InstantSource clock;
  private final Map<RuntimeName, MachineRuntime> runtimes;
  private final Map<DefinitionId, Definition> known = new ConcurrentHashMap<>();

  public DefinitionShelf(JobStore store, InstantSource clock, Collection<MachineRuntime> runtimes) {
    this.store = store;
    this.clock = clock;
    this.runtimes =
        runtimes.stream()
            .collect(
                Collectors.toMap(
                    MachineRuntime::name,
                    runtime -> runtime,
                    (a, _) -> a,
                    () -> new ConcurrentSkipListMap<>(Comparator.comparing(RuntimeName::text))));
  }

  /// A job's definition; its row refers to it, so it exists.
  public CompletionStage<Definition> of(DefinitionId id) {
    Definition cached = known.get(id);
    if (cached != null) {
      return CompletableFuture.completedFuture(cached);
    }
    return store
        .definition(id)
        .thenApply(found -> {
          Definition definition =
              found.orElseThrow(() -> new IllegalStateException("a job refers to missing " + id));
          known.put(id, definition);
          return definition;
        });
  }

  public Optional<MachineRuntime> runtime(RuntimeName name) {
    return Optional.ofNullable(runtimes.get(name));
  }

  public Collection<MachineRuntime> allRuntimes() {
    return runtimes.values();
  }

  /// From now on nothing begins in this runtime; see [SilentRuntime].
  ///
  /// @param what a sentence on what it did not answer
  public void silence(RuntimeName name, String what) {
    runtimes.computeIfPresent(
        name,
        (_, runtime) ->
            runtime instanceof SilentRuntime ? runtime : new SilentRuntime(runtime, what));
  }

  /// What the runtimes that were silenced did not answer, a sentence each.
  public List<String> silent() {
    return runtimes.values().stream()
        .filter(SilentRuntime.class::isInstance)
        .map(runtime -> ((SilentRuntime) runtime).what())
        .toList();
  }

  /// Why jobs of this definition cannot checkpoint here; empty where they can.
  public Optional<Refusal> checkpointRefusal(Definition definition) {
    boolean can =
        runtime(definition.runtime()).map(r -> r.capabilities().checkpoint()).orElse(false);
    return can
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                RefusalCode.CHECKPOINT_UNSUPPORTED,
                "the %s runtime cannot checkpoint or sleep on this host"
                    .formatted(definition.runtime()),
                "Run the job on a runtime that can; 'torpor doctor' lists them."));
  }

  @Override
  public CompletionStage<Reply<Definition>> add(NewDefinition definition) {
    MachineRuntime runtime = runtimes.get(definition.runtime());
    if (runtime == null) {
      return refused(unknown(definition.runtime()));
    }
    if (!runtime.capabilities().available()) {
      return refused(unavailable(runtime));
    }
    return runtime
        .check(definition.config())
        .thenCompose(checked ->
            switch (checked) {
              case Reply.Refused<?>(Refusal why) -> refused(why);
              case Reply.Done<JsonText>(JsonText config) ->
                  store.addDefinition(with(definition, config), clock.instant());
            });
  }

  private static NewDefinition with(NewDefinition definition, JsonText config) {
    return new NewDefinition(
        definition.name(),
        definition.version(),
        definition.runtime(),
        config,
        definition.retry(),
        definition.timeout(),
        definition.keepSnapshots(),
        definition.metadata());
  }

  private Refusal unknown(RuntimeName name) {
    return Refusal.ofField(
        RefusalCode.RUNTIME_UNKNOWN,
        "runtime",
        "there is no runtime '%s'".formatted(name),
        "Use one of: %s."
            .formatted(
                runtimes.keySet().stream()
                    .map(RuntimeName::text)
                    .collect(Collectors.joining(", "))));
  }

  private static Refusal unavailable(MachineRuntime runtime) {
    return Refusal.ofField(
        RefusalCode.RUNTIME_UNAVAILABLE,
        "runtime",
        "the %s runtime cannot run on this host: %s"
            .formatted(
                runtime.name(),
                runtime.capabilities().problems().stream()
                    .map(p -> p.what())
                    .collect(Collectors.joining("; "))),
        "Run 'torpor doctor' and follow its remedies, or choose another runtime.");
  }

  private static CompletionStage<Reply<Definition>> refused(Refusal why) {
    return CompletableFuture.completedFuture(Reply.refused(why));
  }

  @Override
  public CompletionStage<Reply<Definition>> get(DefinitionName name, String version) {
    return store
        .definition(name, version)
        .thenApply(found ->
            found
                .map(Reply::done)
                .orElseGet(() ->
                    Reply.refused(
                        Refusal.of(
                            RefusalCode.DEFINITION_NOT_FOUND,
                            "there is no definition %s@%s".formatted(name, version),
                            "Add it, or list the definitions that exist."))));
  }

  @Override
  public CompletionStage<Reply<List<Definition>>> list(
      Optional<DefinitionName> name, Optional<DefinitionId> after, int limit) {
    return store.definitions(name, after, limit).thenApply(Reply::done);
  }

  @Override
  public CompletionStage<Reply<Definition>> remove(DefinitionName name, String version) {
    return store.removeDefinition(name, version);
  }

  @Override
  public List<RuntimeReport> runtimes() {
    return runtimes.values().stream()
        .map(runtime -> new RuntimeReport(runtime.name(), runtime.capabilities()))
        .toList();
  }
}
