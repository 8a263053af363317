package torpor.api.access;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.StoredText;
import torpor.api.http.Waits;
import torpor.engine.store.ApiKey;
import torpor.wire.Key;
import torpor.wire.KeyCreated;
import torpor.wire.KeyPage;
import torpor.wire.KeyRequest;

/// `/v1/keys`: API keys.
public final class KeyRoutes {
  private static final int MAX_BODY = 4 * 1024;
  private static final int MAX_NAME = 128;
  private static final Comparator<ApiKey> OLDEST_FIRST =
      Comparator.comparing(ApiKey::createdAt).thenComparing(ApiKey::id);

  private final ApiKeys keys;
  private final Waits waits;

  public KeyRoutes(ApiKeys keys, Waits waits) {
    this.keys = keys;
    this.waits = waits;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.POST, "/v1/keys", this::create),
        Route.caller(HandlerType.GET, "/v1/keys", this::list),
        Route.caller(HandlerType.DELETE, "/v1/keys/{id}", this::remove));
  }

  private void create(Context context) {
    KeyRequest request = RequestBody.read(context, MAX_BODY).as(KeyRequest.class);
    String name = StoredText.checked("name", request.name().strip());
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw RefusedException.invalid(
          "name", "'name' is not 1 to 128 characters", "Say in a few words what the key is for.");
    }
    ApiKeys.Created made = waits.value(keys.create(name));
    ApiKey key = made.key();
    context.status(201).json(new KeyCreated(key.id(), key.name(), made.text(), key.createdAt()));
  }

  private void list(Context context) {
    int limit = Parameters.limit(context);
    Optional<String> after = Parameters.text(context, "cursor");
    List<ApiKey> all = waits.value(keys.all()).stream().sorted(OLDEST_FIRST).toList();
    List<ApiKey> rest =
        after
            .map(id -> all.stream().dropWhile(key -> !key.id().equals(id)).skip(1).toList())
            .orElse(all);
    List<Key> page =
        rest.stream()
            .limit(limit)
            .map(key -> new Key(key.id(), key.name(), key.createdAt()))
            .toList();
    Optional<String> next =
        rest.size() > limit ? Optional.of(page.getLast().id()) : Optional.empty();
    context.json(new KeyPage(page, next));
  }

  /// Removing a key that is gone already is no error: the wish is fulfilled.
  private void remove(Context context) {
    waits.value(keys.remove(context.pathParam("id")));
    context.status(204);
  }
}
