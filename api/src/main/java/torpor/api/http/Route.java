package torpor.api.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/// One thing the server answers.
///
/// @param path a template in Javalin's spelling, which is also OpenAPI's: `/v1/jobs/{id}`
public record Route(HandlerType method, String path, Access access, Handler handler) {

  /// Who may call.
  public enum Access {
    /// Anybody who reaches the port; says nothing worth protecting.
    OPEN,
    /// People and programs outside: local, or with an API key.
    CALLER,
    /// The program inside one job, with that job's secret.
    GUEST
  }

  public static Route open(HandlerType method, String path, Handler handler) {
    return new Route(method, path, Access.OPEN, handler);
  }

  public static Route caller(HandlerType method, String path, Handler handler) {
    return new Route(method, path, Access.CALLER, handler);
  }

  public static Route guest(HandlerType method, String path, Handler handler) {
    return new Route(method, path, Access.GUEST, handler);
  }
}
