package torpor.api.instance;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import torpor.api.http.Idempotency;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.core.instance.Instance;
import torpor.core.instance.InstancePhase;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.operation.Outcome;
import torpor.core.instance.spec.InstanceName;
import torpor.core.network.PublishedPort;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.snapshot.SnapshotNumber;
import torpor.engine.caller.IdempotentRequest;
import torpor.engine.caller.Instances;
import torpor.wire.RawJson;
import torpor.wire.instance.ForkRequest;

/// Forks an instance, once or often.
public final class ForkRoutes {
  private static final int MAX_BODY = 256 * 1024;
  private static final int MOST = 1_000;
  private static final Set<InstancePhase> TARGETS =
      EnumSet.of(InstancePhase.RUNNING, InstancePhase.STANDBY, InstancePhase.STOPPED);

  private final Instances instances;
  private final Operations operations;
  private final SnapshotFinder snapshots;
  private final Forks forks;
  private final InstanceJson json;

  public ForkRoutes(
      Instances instances,
      Operations operations,
      SnapshotFinder snapshots,
      Forks forks,
      InstanceJson json) {
    this.instances = instances;
    this.operations = operations;
    this.snapshots = snapshots;
    this.forks = forks;
    this.json = json;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.POST, "/v1/instances/{id}/fork", this::fork),
        Route.caller(HandlerType.POST, "/v1/snapshots/{snapshot}/fork", this::forkSnapshot));
  }

  private void fork(Context context) {
    RequestBody body = RequestBody.read(context, MAX_BODY);
    ForkRequest request = body.as(ForkRequest.class);
    List<InstanceName> names = names(request);
    Instance source = InstancePath.instance(context, instances);
    Optional<IdempotentRequest> key = Idempotency.of(context, source.id() + "/fork", body);
    List<PublishedPort> ports = ports(request, source);
    InstancePhase target = target(request, source);
    refuseTakenNames(names, key);
    SnapshotNumber snapshot = snapshot(context, request, source);
    make(
        context,
        request,
        new Forks.Wish(source, snapshot, names, ports, tags(request), target, key));
  }

  /// A snapshot that is named by its id is meant, however old: its instance is left as it is.
  private void forkSnapshot(Context context) {
    RequestBody body = RequestBody.read(context, MAX_BODY);
    ForkRequest request = body.as(ForkRequest.class);
    List<InstanceName> names = names(request);
    String text = context.pathParam("snapshot");
    SnapshotId id = SnapshotId.parse(text).orElseThrow(() -> noSnapshot(text));
    Instance source = instances.get(id.instance()).orElseThrow(() -> noSnapshot(text));
    snapshots.find(source.id(), "snapshot", text);
    Optional<IdempotentRequest> key = Idempotency.of(context, id + "/fork", body);
    List<PublishedPort> ports = ports(request, source);
    InstancePhase target = targetOr(request, InstancePhase.RUNNING);
    refuseTakenNames(names, key);
    make(
        context,
        request,
        new Forks.Wish(source, id.number(), names, ports, tags(request), target, key));
  }

  private static RefusedException noSnapshot(String text) {
    return RefusedException.of(
        RefusalCode.SNAPSHOT_NOT_FOUND,
        "there is no snapshot '%s'".formatted(Fields.shown(text)),
        "List the snapshots that exist.");
  }

  /// One fork is answered as an instance, and its failure as a refusal; several as a list of what
  /// they are.
  private void make(Context context, ForkRequest request, Forks.Wish wish) {
    List<Instance> made = forks.make(wish, operations.patience(context));
    if (request.count().isPresent() || request.names().isPresent()) {
      boolean settled = made.stream().allMatch(fork -> fork.operation().isEmpty());
      context.status(settled ? 201 : 202).json(made.stream().map(json::of).toList());
      return;
    }
    Instance fork = made.getFirst();
    fork.outcome()
        .flatMap(Outcome::failure)
        .ifPresent(why -> {
          throw new RefusedException(why);
        });
    context.header("Location", "/v1/instances/" + fork.id());
    operations.answer(context, fork, 201);
  }

  private static Optional<Map<String, String>> tags(ForkRequest request) {
    return request.tags().map(Fields::tags);
  }

  private static List<InstanceName> names(ForkRequest request) {
    Unbuilt.refuse(
        "target_hypervisor",
        request.targetHypervisor(),
        "machines run under qemu",
        "Leave it out.");
    List<InstanceName> names = new ArrayList<>();
    request
        .names()
        .ifPresentOrElse(
            all -> {
              if (request.name().isPresent() || request.count().isPresent()) {
                throw RefusedException.invalid(
                    "names", "'names' is given beside 'name' or 'count'", "Send one of them.");
              }
              Fields.number("names", all.size(), 1, MOST);
              for (int i = 0; i < all.size(); i++) {
                names.add(Fields.name("names[%d]".formatted(i), all.get(i)));
              }
            },
            () -> names.addAll(numbered(request)));
    if (Set.copyOf(names).size() < names.size()) {
      throw RefusedException.invalid("names", "A name is given twice", "Give each once.");
    }
    return List.copyOf(names);
  }

  private static List<InstanceName> numbered(ForkRequest request) {
    String name =
        request
            .name()
            .orElseThrow(() ->
                RefusedException.invalid("name", "'name' is missing", "Send it as a string."));
    if (request.count().isEmpty()) {
      return List.of(Fields.name("name", name));
    }
    int count = Fields.number("count", request.count().orElseThrow(), 1, MOST);
    return IntStream.rangeClosed(1, count)
        .mapToObj(number -> Fields.name("name", name + "-" + number))
        .toList();
  }

  /// Else the first fork that is refused would come after others that were begun. A repeated
  /// request finds the names taken by itself.
  private void refuseTakenNames(List<InstanceName> names, Optional<IdempotentRequest> key) {
    Set<InstanceName> taken =
        instances.list(Set.of()).stream()
            .map(instance -> instance.spec().name())
            .collect(Collectors.toSet());
    Optional<InstanceName> first = names.stream().filter(taken::contains).findFirst();
    if (first.isPresent() && key.isEmpty()) {
      throw new RefusedException(
          Refusal.ofField(
              RefusalCode.NAME_TAKEN,
              "name",
              "there is an instance named %s already".formatted(first.orElseThrow()),
              "Choose another name, or delete that one."));
    }
  }

  private static List<PublishedPort> ports(ForkRequest request, Instance source) {
    boolean several =
        request.names().filter(names -> names.size() > 1).isPresent()
            || request.count().filter(count -> count > 1).isPresent();
    if (!request.ports().isEmpty() && (several || !source.spec().network().enabled())) {
      throw RefusedException.invalid(
          "ports",
          several
              ? "A port of the host cannot lead to several forks"
              : "%s has no network".formatted(source.spec().name()),
          "Leave 'ports' out; every fork has an address of its own.");
    }
    return NetworkReader.ports(request.ports());
  }

  /// As its source, unless it is said.
  private static InstancePhase target(ForkRequest request, Instance source) {
    return targetOr(
        request,
        source.state().phase() == InstancePhase.STANDBY
            ? InstancePhase.STANDBY
            : InstancePhase.RUNNING);
  }

  private static InstancePhase targetOr(ForkRequest request, InstancePhase otherwise) {
    return Target.of(request.targetState(), otherwise, TARGETS);
  }

  /// The one named, else the newest; of a running source one that is taken now, if that is wanted.
  private SnapshotNumber snapshot(Context context, ForkRequest request, Instance source) {
    Optional<RawJson> named = request.snapshot().filter(json -> !json.isNull());
    if (named.isPresent()) {
      return named(request, source, SnapshotFinder.text(named.orElseThrow()));
    }
    return switch (source.state().phase()) {
      case RUNNING, PAUSED -> ofRunning(context, request, source);
      case STANDBY -> source.newest().orElseThrow(() -> nothingFrozen(source)).number();
      default -> throw nothingFrozen(source);
    };
  }

  private SnapshotNumber named(ForkRequest request, Instance source, String text) {
    SnapshotNumber number = snapshots.number(source.id(), "snapshot", text);
    boolean newest = source.newest().filter(ref -> ref.number().equals(number)).isPresent();
    if (!newest && !request.allowOlder().orElse(false)) {
      throw new RefusedException(
          Refusal.ofField(
              RefusalCode.SNAPSHOT_NOT_NEWEST,
              "snapshot",
              "snapshot %s of %s is not its newest".formatted(number, source.spec().name()),
              "Say so with allow_older, or fork without naming a snapshot."));
    }
    return number;
  }

  private SnapshotNumber ofRunning(Context context, ForkRequest request, Instance source) {
    if (!request.fromRunning().orElse(false)) {
      throw RefusedException.of(
          RefusalCode.INSTANCE_STATE,
          "%s is %s, and its memory is in no snapshot"
              .formatted(source.spec().name(), source.state().phase().text()),
          "Send from_running to have it snapshotted first, or name one of its snapshots.");
    }
    Instance taken =
        operations.ask(context, source.id(), new InstanceEvent.SnapshotAsked(Optional.empty()));
    if (taken.operation().isPresent()) {
      throw RefusedException.of(
          RefusalCode.INSTANCE_BUSY,
          "The snapshot of %s is not taken yet".formatted(source.spec().name()),
          "Fork it again with a longer timeout; the snapshot goes on.");
    }
    return taken.newest().orElseThrow(() -> nothingFrozen(source)).number();
  }

  private static RefusedException nothingFrozen(Instance source) {
    return RefusedException.of(
        RefusalCode.INSTANCE_STATE,
        "%s is %s: there is no memory of it to fork"
            .formatted(source.spec().name(), source.state().phase().text()),
        "Start it and send from_running, or name one of its snapshots.");
  }
}
