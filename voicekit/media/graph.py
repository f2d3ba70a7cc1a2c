"""FFmpeg's picture filters on frames."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from voicekit.media.planes import told_like

#: A filter's name and its arguments, as FFmpeg's command line takes them.
Step = tuple[str, str]
#: The number of graphs kept for frames of the same size.
_KEPT = 12


class Spatial:
    """Filters that make one frame of one frame, whatever came before; frames may be of different sizes."""

    def __init__(self, chain: Sequence[Step]) -> None:
        self._chain = tuple(chain)
        self._graphs: OrderedDict = OrderedDict()

    def __call__(self, frame):
        size = frame.width, frame.height, frame.format.name
        graph = self._graphs.pop(size, None) or _graph(self._chain, *size)
        self._graphs[size] = graph
        if len(self._graphs) > _KEPT:
            self._graphs.popitem(last=False)
        graph.push(frame)
        return told_like(graph.pull(), frame)


class Running:
    """Filters that remember frames, all of one size. What is pushed is numbered 0, 1, 2 …, whatever its time."""

    def __init__(self, chain: Sequence[Step], frame, kind: str = "") -> None:
        self._kind = kind or frame.format.name
        self._graph = _graph(tuple(chain), frame.width, frame.height, self._kind)
        self._pushed = 0

    def push(self, frame) -> Iterator[tuple[Fraction, object]]:
        """What comes out next: the number that it stands for and a frame."""
        passed = frame.reformat(format=self._kind)
        time = frame.pts, frame.time_base
        passed.pts, passed.time_base = self._pushed, Fraction(1)
        self._pushed += 1
        self._graph.push(passed)
        frame.pts, frame.time_base = time  # where nothing had to be converted it is the same frame
        yield from self._made()

    def end(self) -> Iterator[tuple[Fraction, object]]:
        self._graph.push(None)
        yield from self._made()

    def _made(self) -> Iterator[tuple[Fraction, object]]:
        import av

        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):  # it wants more; it has given all
                return
            yield frame.pts * Fraction(frame.time_base), frame


def each(chain: Sequence[Step], frames: Iterable, kind: str = "") -> Iterator:
    """Frames through filters that remember, one out for one in, with the times that they had."""
    running, waiting = None, []
    for frame in frames:
        running = running or Running(chain, frame, kind)
        waiting.append(frame)
        for _, made in running.push(frame):
            yield _back(made, waiting.pop(0))
    if running:
        for _, made in running.end():
            yield _back(made, waiting.pop(0))
    yield from waiting  # a filter that loses its last frames does not shorten the film


def _back(made, frame):
    if made.format.name != frame.format.name:
        made = made.reformat(format=frame.format.name)
    return told_like(made, frame)


def _graph(chain: Sequence[Step], width: int, height: int, kind: str):
    """The filters one after another; each gives the pixels of the kind that it was given."""
    import av

    graph = av.filter.Graph()
    nodes = [graph.add_buffer(width=width, height=height, format=av.VideoFormat(kind), time_base=Fraction(1))]
    for name, arguments in chain:
        nodes += [graph.add(name, arguments), graph.add("format", kind)]
    graph.link_nodes(*nodes, graph.add("buffersink")).configure()
    return graph
