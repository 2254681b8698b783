package io.github.refragstreams.app.http;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which endpoint answers which method and path. Paths are templates such as {@code
 * /v1/requests/{id}}; where several fit, the one counts that says more of the path. Filled before
 * the server starts, and not changed afterwards.
 */
public final class Routes {
  private static final String GET = "GET";

  private final Map<String, Place> places = new LinkedHashMap<>();
  private ErrorFormat errors = ErrorFormat.PROBLEM;

  /**
   * What answers, and how its problems are written.
   *
   * @param page whether it is a part of a page, which is the same for everybody
   */
  record Route(Endpoint endpoint, ErrorFormat errors, boolean page) {}

  /** What a request's path and method lead to. */
  record Match(Route route, Map<String, String> parameters) {}

  /** A method and the template of a path. */
  public record Described(String method, String path) {
    private static final String UNKNOWN = "unknown";

    static final Described NOTHING = new Described(UNKNOWN, UNKNOWN);
  }

  private record Place(PathTemplate path, Map<String, Route> methods) {}

  /** How problems of the routes are written that are added from now on. */
  public Routes errors(ErrorFormat format) {
    errors = format;
    return this;
  }

  public Routes get(String path, Endpoint endpoint) {
    return add(GET, PathTemplate.of(path), endpoint, false);
  }

  public Routes post(String path, Endpoint endpoint) {
    return add("POST", PathTemplate.of(path), endpoint, false);
  }

  public Routes delete(String path, Endpoint endpoint) {
    return add("DELETE", PathTemplate.of(path), endpoint, false);
  }

  /**
   * Serves the files of a folder of the class path, and its {@code index.html} at the path itself.
   *
   * @param path without a slash at the end; empty: the root
   * @param folder absolute, for instance {@code /console}
   * @throws IllegalArgumentException when the folder has no {@code index.html}
   */
  public Routes resources(String path, String folder) {
    return add(GET, PathTemplate.below(path), new StaticResources(path, folder), true);
  }

  /**
   * Leads browsers from a path to a page, for now.
   *
   * @param page its path
   */
  public Routes lead(String path, String page) {
    return add(
        GET,
        PathTemplate.of(path),
        exchange -> {
          exchange.header("Location", page);
          exchange.reply(302, "text/plain", new byte[0]);
        },
        true);
  }

  /** Takes over all of another part's routes. */
  public Routes add(Routes others) {
    others.places.forEach(
        (text, place) ->
            places
                .computeIfAbsent(text, absent -> new Place(place.path, new LinkedHashMap<>()))
                .methods
                .putAll(place.methods));
    return this;
  }

  /** All that is served. */
  public List<Described> described() {
    return places.entrySet().stream()
        .flatMap(
            place ->
                place.getValue().methods.keySet().stream()
                    .map(method -> new Described(method, place.getKey())))
        .toList();
  }

  /**
   * @throws HttpProblem when there is no such path, or it does not take this method
   */
  Match find(String method, String path) {
    Place place =
        place(path)
            .orElseThrow(
                () -> new HttpProblem(404, "unknown-path", "there is nothing at '" + path + "'"));
    Route route = place.methods.get(served(method));
    if (route == null) {
      String allowed = String.join(", ", place.methods.keySet());
      throw new HttpProblem(
              405, "unknown-method", "'" + path + "' takes " + allowed + ", not " + method)
          .withHeader("Allow", allowed);
    }
    return new Match(route, place.path.parameters(path));
  }

  /** What a request asks for, in as few words as there are routes, whatever is sent. */
  Described describe(String method, String path) {
    String served = served(method);
    return place(path)
        .filter(place -> place.methods.containsKey(served))
        .map(place -> new Described(served, place.path.text()))
        .orElse(Described.NOTHING);
  }

  /** Whether a request asks for a part of a page. */
  boolean isPage(String method, String path) {
    return place(path)
        .map(place -> place.methods.get(served(method)))
        .filter(Route::page)
        .isPresent();
  }

  /** How problems of a path are written, whatever the method. */
  ErrorFormat errorsOf(String path) {
    return place(path)
        .map(place -> place.methods.values().iterator().next().errors)
        .orElse(ErrorFormat.PROBLEM);
  }

  private Optional<Place> place(String path) {
    return places.values().stream()
        .filter(place -> place.path.matches(path))
        .max(Comparator.comparingInt(place -> place.path.literals()));
  }

  /** What is served for a method: of what GET answers, HEAD takes the head. */
  private static String served(String method) {
    return method.equals("HEAD") ? GET : method;
  }

  private Routes add(String method, PathTemplate path, Endpoint endpoint, boolean page) {
    places
        .computeIfAbsent(path.text(), absent -> new Place(path, new LinkedHashMap<>()))
        .methods
        .put(method, new Route(endpoint, errors, page));
    return this;
  }
}
