export interface ServerEvent {
  event: string;
  data: string;
  id: string;
}

/**
 * Splits a stream of text into server-sent events, whatever the chunks' borders. A comment comes as an event named "comment", so that the caller sees that the
 * connection lives.
 */
export class SseParser {
  private rest = '';
  private event = '';
  private data: string[] = [];
  private id = '';
  private afterReturn = false;

  push(chunk: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    let text = chunk;
    if (this.afterReturn && text.startsWith('\n')) text = text.slice(1);
    if (text.length > 0) this.afterReturn = text.endsWith('\r');
    const lines = (this.rest + text).split(/\r\n|\r|\n/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.line(line);
      if (event) events.push(event);
    }
    return events;
  }

  private line(line: string): ServerEvent | null {
    if (line === '') return this.dispatch();
    if (line.startsWith(':')) return { event: 'comment', data: line.slice(1).trim(), id: this.id };
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    return null;
  }

  private dispatch(): ServerEvent | null {
    const event = this.data.length === 0 ? null : { event: this.event || 'message', data: this.data.join('\n'), id: this.id };
    this.event = '';
    this.data = [];
    return event;
  }
}
