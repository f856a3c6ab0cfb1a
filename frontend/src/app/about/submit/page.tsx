import type { Metadata } from 'next';
import { headers } from 'next/headers';
import Link from 'next/link';
import { CodeBlock } from '../../../components/code-block';
import styles from '../../../features/about/about.module.css';
import {
  cliCommands,
  localScoreCommand,
  networkCommands,
  pythonProgram,
  setCommands,
} from '../../../features/about/submit-commands';
import { ServiceUnreachable } from '@sillage/client';
import { serverGateway } from '../../../lib/api/server-gateway';
import { originOf } from '../../../lib/origin';
import { paths } from '../../../lib/paths';

export const metadata: Metadata = {
  title: 'How to submit',
  description: 'What the NetCDF file must hold, and how to submit it from a browser, a shell or Python.',
};

type Example = {
  challenge: string;
  area: string;
  scenario: string;
  localScore: string | null;
  sets: string | null;
};

/** A task that exists here, so that the commands can be copied as they are; the demo where nothing is known. */
async function exampleTask(): Promise<Example> {
  const fallback = { challenge: 'demo-osse', area: 'gf', scenario: 'nadir4', localScore: null, sets: null };
  try {
    const gateway = await serverGateway();
    const challenges = (await gateway.challenges()).filter((item) => item.isInstalled);
    const challenge = challenges.find((item) => item.id === fallback.challenge) ?? challenges[0];
    if (challenge === undefined) return fallback;
    const { headline } = challenge;
    const localScore = localScoreCommand(await gateway.challenge(challenge.id), headline.area);
    return { challenge: challenge.id, ...headline, localScore, sets: setCommands(challenge) };
  } catch (error) {
    if (error instanceof ServiceUnreachable) return fallback; // this page is worth reading without the service
    throw error;
  }
}

export default async function AboutSubmitPage() {
  const example = { origin: originOf(await headers()), ...(await exampleTask()) };
  return (
    <article className={`page-narrow ${styles.prose}`}>
      <h1>How to submit</h1>
      <p className="lede">
        One NetCDF file of sea surface height, or <a href="#network">the weights of a network</a>, and a few
        words on the method. From the last byte of a map to its score it is a matter of seconds.
      </p>
      <nav aria-label="On this page" className={styles.contents}>
        <a href="#file">The file</a>
        <a href="#browser">Browser</a>
        <a href="#shell">Shell</a>
        {example.sets === null ? null : <a href="#several">Several tasks</a>}
        <a href="#network">A network</a>
        <a href="#python">Python</a>
        <a href="#after">What happens then</a>
      </nav>

      <section id="file" className={`${styles.definition} ${styles.prose}`}>
        <h2>The file</h2>
        <ul>
          <li>NetCDF-4 or classic NetCDF, at most 2 GB. Compression is welcome.</li>
          <li>
            One variable with the dimensions time, latitude and longitude: sea surface height (not the
            anomaly) in m or cm, with a <code>units</code> attribute. Usual names such as <code>ssh</code>,{' '}
            <code>gssh</code> or <code>sossheig</code> are found.
          </li>
          <li>
            A regular grid of your choice, with CF coordinates: time with units and calendar, longitudes in
            −180…180 or 0…360, latitudes in either order.
          </li>
          <li>
            It covers the scored box and every day of the evaluation period, without holes where the reference
            has a value. Land may be missing.
          </li>
          <li>It stands alone: links to other files, external storage and virtual datasets are refused.</li>
        </ul>
      </section>

      <section id="browser" className={`${styles.definition} ${styles.prose}`}>
        <h2>From a browser</h2>
        <ol>
          <li>
            <Link href={paths.signUp()}>Create an account</Link> or <Link href={paths.signIn()}>sign in</Link>
            .
          </li>
          <li>
            Open <Link href={paths.submit(example.challenge)}>Submit a reconstruction</Link> and choose the
            file. Your browser checks it by the rules of the server, draws a first map and, where the truth or
            the withheld track is public, computes the practice score; nothing is sent for that. Press Upload
            when you like what you see. It is sent in pieces: you may pause, lose the connection, or reload
            and choose it again.
          </li>
          <li>
            Say what it is scored on. One map may be entered in several areas, and several maps may be
            submitted in one go.
          </li>
          <li>Name the method, say which inputs it used, and submit.</li>
        </ol>
      </section>

      <section id="shell" className={`${styles.definition} ${styles.prose}`}>
        <h2>From a shell</h2>
        <p>
          In a clone of Sillage, with a token from <Link href={paths.account}>your account</Link>. Running the
          same command again after an interruption goes on where it stopped.
        </p>
        <CodeBlock code={cliCommands(example)} label="Shell: submit" caption="Shell" />
        <p>
          <code>
            sillage check map.nc --challenge {example.challenge} --area {example.area} --scenario{' '}
            {example.scenario}
          </code>{' '}
          says beforehand, without a platform, what the check would say, and looks for the usual mistakes: a
          day too late, centimetres, reversed latitudes, an anomaly.
        </p>
        {example.localScore === null ? null : (
          <>
            <p>The truth of this challenge is public, so the same scores can be had without uploading:</p>
            <CodeBlock code={example.localScore} label="Shell: score locally" caption="Shell" />
          </>
        )}
      </section>

      {example.sets === null ? null : (
        <section id="several" className={`${styles.definition} ${styles.prose}`}>
          <h2>Several tasks at once</h2>
          <p>
            A map that covers several areas is uploaded once and cut to each of them; areas that it does not
            cover are left out. Maps of several tasks are submitted as one set. Each task gets its own score
            on its own board.
          </p>
          <CodeBlock code={example.sets} label="Shell: submit to several tasks" caption="Shell" />
        </section>
      )}

      <section id="network" className={`${styles.definition} ${styles.prose}`}>
        <h2>A network instead of maps</h2>
        <p>
          Send the weights, and the platform runs the network on the public observations of every task that
          you choose: 4DVarNet in its variants as a Lightning or PyTorch checkpoint or safetensors, any other
          network as ONNX. Only weights are read; nothing in the file is executed. A manifest says what the
          weights do not: steps, normalisation, patches. The <code>.hydra/config.yaml</code> of the training
          will do as well, with a line <code>{'sillage: {spacing_deg: …}'}</code> below it for what it does
          not say, and the browser offers a form.
        </p>
        <CodeBlock code={networkCommands(example)} label="Shell: submit a network" caption="Shell" />
      </section>

      <section id="python" className={`${styles.definition} ${styles.prose}`}>
        <h2>From Python</h2>
        <p>
          Only the standard library is needed. Uploads speak the{' '}
          <a href="https://tus.io/protocols/resumable-upload">tus protocol</a>, so any tus client works too.
        </p>
        <CodeBlock code={pythonProgram(example)} label="Python: submit" caption="Python 3" />
      </section>

      <section id="after" className={`${styles.definition} ${styles.prose}`}>
        <h2>What happens then</h2>
        <ol>
          <li>
            <strong>Check.</strong> The file is read and rewritten in one form: metres, ascending axes, gaps
            marked. A rejection says where, what was found, what is needed, and how to fix it.
          </li>
          <li>
            <strong>Score.</strong> It is compared with the truth, or with the track of a withheld altimeter,
            by the <Link href={paths.aboutScores}>protocol</Link> of the challenge.
          </li>
          <li>
            <strong>Board, curves and maps.</strong> The score stands on the board at once; curves and maps
            follow.
          </li>
        </ol>
        <p>
          A fault of ours is never a rejection: it is tried again, and if that does not help, it is shown as
          our failure.
        </p>
      </section>
    </article>
  );
}
