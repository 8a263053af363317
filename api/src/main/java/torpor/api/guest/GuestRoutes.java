package torpor.api.guest;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import torpor.api.access.GuestAccess;
import torpor.api.http.Idempotency;
import torpor.api.http.Parameters;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.api.job.JobReader;
import torpor.core.job.Answer;
import torpor.core.job.JobEvent;
import torpor.core.job.JobId;
import torpor.core.machine.Generation;
import torpor.core.refusal.Reply;
import torpor.core.snapshot.SnapshotNumber;
import torpor.core.wake.Signal;
import torpor.engine.guest.GuestCalls;
import torpor.engine.guest.GuestMetadata;
import torpor.wire.Progress;
import torpor.wire.guest.CheckpointRequest;
import torpor.wire.guest.ExitRequest;
import torpor.wire.guest.LockAnswer;
import torpor.wire.guest.LockRequest;
import torpor.wire.guest.SignalList;

/// The guest API.
public final class GuestRoutes {
  private static final int SMALL_BODY = 16 * 1024;

  /// Room around the output in an exit call.
  private static final int ENVELOPE = 4 * 1024;

  private final GuestCalls guests;
  private final GuestAccess access;
  private final Waits waits;
  private final Clock clock;
  private final GuestReader reader;
  private final int maxOutput;
  private final Duration longest;

  public GuestRoutes(
      GuestCalls guests,
      GuestAccess access,
      Waits waits,
      Clock clock,
      int maxOutput,
      Duration longest) {
    this.guests = guests;
    this.access = access;
    this.waits = waits;
    this.clock = clock;
    this.reader = new GuestReader(clock, maxOutput);
    this.maxOutput = maxOutput;
    this.longest = longest;
  }

  /// What a route does once it is known which job calls.
  private interface Call {
    void handle(Context context, JobId job);
  }

  public List<Route> routes() {
    return Stream.of(
            both(HandlerType.POST, "checkpoint", this::checkpoint),
            both(HandlerType.POST, "lock", this::lock),
            both(HandlerType.DELETE, "lock/{lock}", this::unlock),
            both(HandlerType.POST, "exit", this::exit),
            both(HandlerType.GET, "params", this::params),
            both(HandlerType.GET, "metadata", this::metadata),
            both(HandlerType.GET, "signals", this::signals),
            both(HandlerType.POST, "progress", this::progress))
        .flatMap(List::stream)
        .toList();
  }

  private List<Route> both(HandlerType method, String path, Call call) {
    Handler handler =
        context -> {
          JobId job = access.check(context);
          context.header("Torpor-Now", clock.instant().toString());
          call.handle(context, job);
        };
    return List.of(
        Route.guest(method, "/jobs/{id}/" + path, handler),
        Route.guest(method, "/s/{secret}/jobs/{id}/" + path, handler));
  }

  private void checkpoint(Context context, JobId job) {
    JobEvent.CheckpointAsked asked =
        reader.checkpoint(RequestBody.read(context, SMALL_BODY).as(CheckpointRequest.class));
    Answer.Checkpointed done = waits.reply(guests.checkpoint(job, asked));
    tellLife(context, done.generation(), done.restoredFrom());
    GuestMetadata metadata = waits.reply(guests.metadata(job));
    context.json(GuestJson.checkpointed(done, metadata));
  }

  private void lock(Context context, JobId job) {
    LockRequest request =
        RequestBody.read(context, SMALL_BODY)
            .as(LockRequest.class, new LockRequest(Optional.empty()));
    JobEvent.LockAsked asked = reader.lock(request, lockId(context));
    Answer.Locked locked = waits.reply(guests.lock(job, asked));
    tellLife(context, job);
    context.json(new LockAnswer(locked.lock().id(), locked.lock().expiresAt()));
  }

  /// A repeated call takes the same lock again and not a second one.
  private static String lockId(Context context) {
    return Optional.ofNullable(context.header(Idempotency.HEADER))
        .map(key -> UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)))
        .orElseGet(UUID::randomUUID)
        .toString();
  }

  private void unlock(Context context, JobId job) {
    waits.reply(
        guests.unlock(job, new JobEvent.UnlockAsked(Optional.empty(), context.pathParam("lock"))));
    tellLife(context, job);
    context.status(204);
  }

  private void exit(Context context, JobId job) {
    ExitRequest request = RequestBody.read(context, maxOutput + ENVELOPE).as(ExitRequest.class);
    waits.reply(guests.exit(job, reader.exit(request)));
    tellLife(context, job);
    context.status(204);
  }

  private void params(Context context, JobId job) {
    String params = waits.reply(guests.params(job)).text();
    tellLife(context, job);
    context.contentType("application/json").result(params);
  }

  private void metadata(Context context, JobId job) {
    GuestMetadata metadata = waits.reply(guests.metadata(job));
    tellLife(context, metadata.generation(), metadata.restoredFrom());
    context.json(GuestJson.metadata(metadata));
  }

  private void signals(Context context, JobId job) {
    Duration patience = Parameters.patience(context, "wait", Duration.ZERO, longest);
    Optional<String> name =
        Parameters.text(context, "name").map(text -> JobReader.signalName("name", text));
    OptionalInt seen = Parameters.count(context, "after");
    List<Signal> signals =
        waits.reply(
            guests.signals(job, new JobEvent.SignalsAsked(Optional.empty(), name, seen, patience)),
            patience);
    tellLife(context, job);
    context.json(new SignalList(signals.stream().map(GuestJson::signal).toList()));
  }

  private void progress(Context context, JobId job) {
    Progress progress = RequestBody.read(context, SMALL_BODY).as(Progress.class);
    waits.reply(guests.progress(job, reader.progress(progress)));
    tellLife(context, job);
    context.status(204);
  }

  /// What was asked for is done already; that it is answered matters more than these headers.
  private void tellLife(Context context, JobId job) {
    if (waits.value(guests.metadata(job)) instanceof Reply.Done<GuestMetadata>(GuestMetadata it)) {
      tellLife(context, it.generation(), it.restoredFrom());
    }
  }

  private static void tellLife(
      Context context, Generation generation, Optional<SnapshotNumber> restoredFrom) {
    context.header("Torpor-Generation", generation.toString());
    restoredFrom.ifPresent(from -> context.header("Torpor-Restored-From", from.toString()));
  }
}
