/** Why a server cannot listen, in the words of whoever chose its address: by flags. */

interface Place {
  readonly host: string;
  readonly port: number;
  /** The flags of both are `--<flag>-host` and `--<flag>-port`. */
  readonly flag: 'health' | 'admission';
}

/** Starts a server; rejects with one sentence that names the flag where the address is to blame. */
export async function startListening(start: () => Promise<unknown>, place: Place): Promise<void> {
  try {
    await start();
  } catch (error) {
    const problem = explainListening((error as NodeJS.ErrnoException).code, place);
    throw problem === undefined ? error : new Error(problem, { cause: error });
  }
}

/** By the codes of `listen` (man 2 bind) and of the look-up of a name; undefined for any other failure. */
export function explainListening(code: string | undefined, { host, port, flag }: Place): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} (--${flag}-port) is taken on ${host}: end what listens there, or choose another port`;
    case 'EACCES':
      return `port ${port} (--${flag}-port) is only for privileged programs here: choose one from 1024 on`;
    case 'EADDRNOTAVAIL':
      return `${host} (--${flag}-host) is no address of this host: choose one, or 0.0.0.0 for all`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} (--${flag}-host) does not resolve: choose an address of this host, or 0.0.0.0 for all`;
    default:
      return undefined;
  }
}
