package torpor.api.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.websocket.WsConfig;
import java.util.function.Consumer;
import torpor.core.refusal.RefusalCode;

/// One thing the server talks about over a WebSocket. The same path answers plain HTTP with what it
/// is ([#plain]), so it is part of the table of routes.
///
/// @param admit looked at before the connection is made; what it throws is answered as a problem
/// @param conversation told of what comes in
public record SocketRoute(String path, Handler admit, Consumer<WsConfig> conversation) {

  /// What a request without an upgrade gets.
  public Route plain() {
    return Route.caller(
        HandlerType.GET,
        path,
        _ -> {
          throw RefusedException.of(
              RefusalCode.REQUEST_INVALID,
              "This is spoken to over a WebSocket",
              "Connect with `Upgrade: websocket`.");
        });
  }
}
