package torpor.api.definition;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.RequestBody;
import torpor.api.http.Route;
import torpor.api.http.Waits;
import torpor.core.definition.DefinitionId;
import torpor.core.definition.DefinitionName;
import torpor.engine.caller.Definitions;
import torpor.wire.Definition;
import torpor.wire.DefinitionPage;
import torpor.wire.DefinitionRequest;

/// Adds, lists, shows and removes definitions.
public final class DefinitionRoutes {
  private final Definitions definitions;
  private final Waits waits;
  private final int maxBody;

  public DefinitionRoutes(Definitions definitions, Waits waits, int maxBody) {
    this.definitions = definitions;
    this.waits = waits;
    this.maxBody = maxBody;
  }

  public List<Route> routes() {
    return List.of(
        Route.caller(HandlerType.POST, "/v1/definitions", this::add),
        Route.caller(HandlerType.POST, "/definitions", this::add),
        Route.caller(HandlerType.GET, "/v1/definitions", this::list),
        Route.caller(HandlerType.GET, "/definitions", this::list),
        Route.caller(HandlerType.GET, "/v1/definitions/{name}/{version}", this::get),
        Route.caller(HandlerType.DELETE, "/v1/definitions/{name}/{version}", this::remove));
  }

  /// The definition itself is the idempotency key: the same content again is answered with what is
  /// there.
  private void add(Context context) {
    DefinitionRequest request = RequestBody.read(context, maxBody).as(DefinitionRequest.class);
    context
        .status(201)
        .json(DefinitionJson.of(waits.reply(definitions.add(DefinitionReader.read(request)))));
  }

  private void list(Context context) {
    int limit = Parameters.limit(context);
    Optional<DefinitionId> after =
        Parameters.number(context, "cursor", 0, Integer.MAX_VALUE)
            .map(number -> new DefinitionId(number.intValue()));
    Optional<DefinitionName> name =
        Parameters.text(context, "name").map(text -> DefinitionReader.name("name", text));
    List<torpor.core.definition.Definition> found =
        waits.reply(definitions.list(name, after, limit + 1));
    List<torpor.core.definition.Definition> page = found.stream().limit(limit).toList();
    Optional<String> next =
        found.size() > limit
            ? Optional.of(Integer.toString(page.getLast().id().number()))
            : Optional.empty();
    List<Definition> shown = page.stream().map(DefinitionJson::of).toList();
    context.json(new DefinitionPage(shown, next));
  }

  private void get(Context context) {
    context.json(DefinitionJson.of(waits.reply(definitions.get(name(context), version(context)))));
  }

  private void remove(Context context) {
    String version = version(context);
    if (version.equals(DefinitionReader.LATEST)) {
      throw RefusedException.invalid(
          "version",
          "'latest' may mean another version by the time it is removed",
          "Name the version to remove.");
    }
    waits.reply(definitions.remove(name(context), version));
    context.status(204);
  }

  private static DefinitionName name(Context context) {
    return DefinitionReader.name("name", context.pathParam("name"));
  }

  private static String version(Context context) {
    return DefinitionReader.versionOrLatest("version", context.pathParam("version"));
  }
}
