import { openSync, writeSync, ftruncateSync, closeSync, readFileSync, statSync } from 'node:fs';
import { inspectDataset } from '@sillage/pipeline';
import { challengeDefinitionSchema } from '@sillage/contracts';
import { parse } from 'yaml';
// CDF-5, time unlimited? fixed dims; values are holes (zeros)
const T=365,Y=1140,X=2580; // 1/30 degree NATL
const path='/tmp/insp-big/truth.nc';
const parts=[];const u4=n=>{const b=Buffer.alloc(4);b.writeUInt32BE(n);parts.push(b)};const u8=n=>{const b=Buffer.alloc(8);b.writeBigUInt64BE(BigInt(n));parts.push(b)};
const name=s=>{u8(s.length);const b=Buffer.alloc(Math.ceil(s.length/4)*4);b.write(s);parts.push(b)};
const vars=[['time','days since 2012-10-01',[0],8,6,T],['lat','degrees_north',[1],8,6,Y],['lon','degrees_east',[2],8,6,X],['ssh','m',[0,1,2],4,5,T*Y*X]];
function header(begins){parts.length=0;parts.push(Buffer.from([0x43,0x44,0x46,5]));u8(0);u4(10);u8(3);for(const[n,s]of[['time',T],['lat',Y],['lon',X]]){name(n);u8(s)}u4(0);u8(0);u4(11);u8(vars.length);vars.forEach(([n,units,dims,b,code,count],i)=>{name(n);u8(dims.length);dims.forEach(u8);u4(12);u8(1);name('units');u4(2);u8(units.length);const t=Buffer.alloc(Math.ceil(units.length/4)*4);t.write(units);parts.push(t);u4(code);u8(Math.ceil(b*count/4)*4);u8(begins[i])});return Buffer.concat(parts)}
const len=header([0,0,0,0]).length;const begins=[];let at=len;for(const v of vars){begins.push(at);at+=v[3]*v[5]}
const fd=openSync(path,'w');writeSync(fd,header(begins),0,len,0);ftruncateSync(fd,at);
const f64=(n,f)=>{const b=Buffer.alloc(8*n);for(let i=0;i<n;i++)b.writeDoubleBE(f(i),8*i);return b};
for(const [i,b] of [[0,f64(T,i=>i)],[1,f64(Y,i=>27+i/30)],[2,f64(X,i=>-79+i/30)]])writeSync(fd,b,0,b.length,begins[i]);
// a travelling wave on two months around the evaluation period, so that there is something to compare
const row=Buffer.alloc(4*Y*X);for(let d=10;d<75;d++){for(let k=0;k<Y*X;k++)row.writeFloatBE(0.3*Math.sin(k%X/60+d/5+Math.floor(k/X)/50),4*k);writeSync(fd,row,0,row.length,begins[3]+d*row.length)}
closeSync(fd);
const demo=challengeDefinitionSchema.parse(parse(readFileSync('datasets/demo-osse/challenge.yaml','utf8')));
const definition={...demo,disclosure:'blind',tasks:[{area:'natl',scenario:'nadir4'}],references:[],files:demo.files.filter(f=>f.area==='natl'&&['truth-natl.nc','gridded-natl-nadir4.nc','oi-natl-nadir4.nc'].includes(f.path)).map(({sha256,...f})=>f.role==='truth'?{...f,variable:'ssh'}:f)};
const files=[...new Set(definition.files.map(f=>f.path))].map(p=>{const localPath=p==='truth-natl.nc'?path:'datasets/demo-osse/'+p;return{path:p,localPath,sha256:'0'.repeat(63)+p.length%10,sizeBytes:statSync(localPath).size}});
const t=performance.now();const c=process.cpuUsage();
const r=await inspectDataset({definition,files,evaluatorVersion:'x',now:new Date()});
const cpu=process.cpuUsage(c);
console.log('GB',at/1e9,'seconds',(performance.now()-t)/1000,'cpu',(cpu.user+cpu.system)/1e6,'rss MiB',process.resourceUsage().maxRSS/1024);
for(const f of r.findings)console.log(f.severity,f.code,f.path,f.found.slice(0,200));
